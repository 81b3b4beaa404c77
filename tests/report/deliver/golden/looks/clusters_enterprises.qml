<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>
<qgis version="3.22.16-Białowieża" styleCategories="AllStyleCategories">
 <renderer-v2 type="categorizedSymbol" enableorderby="0" symbollevels="0" forceraster="0" attr="industry">
  <categories>
   <category symbol="0" value="新材料" label="新材料" render="true" type="string" />
   <category symbol="1" value="生物医药" label="生物医药" render="true" type="string" />
   <category symbol="2" value="先进装备制造" label="先进装备制造" render="true" type="string" />
   <category symbol="3" value="绿色食品加工" label="绿色食品加工" render="true" type="string" />
   <category symbol="4" value="电子信息" label="电子信息" render="true" type="string" />
   <category symbol="5" value="化工" label="化工" render="true" type="string" />
   <category symbol="6" value="卷烟及配套" label="卷烟及配套" render="true" type="string" />
   <category symbol="7" value="" label="规划产业以外" render="true" type="string" />
  </categories>
  <symbols>
   <symbol name="0" type="marker" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleMarker" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="color" type="QString" value="221,204,119,255" />
      <Option name="name" type="QString" value="circle" />
      <Option name="size" type="QString" value="1.8" />
      <Option name="size_unit" type="QString" value="MM" />
      <Option name="outline_color" type="QString" value="255,255,255,255" />
      <Option name="outline_width" type="QString" value="0.2" />
     </Option>
     <prop k="color" v="221,204,119,255" />
     <prop k="name" v="circle" />
     <prop k="size" v="1.8" />
     <prop k="size_unit" v="MM" />
     <prop k="outline_color" v="255,255,255,255" />
     <prop k="outline_width" v="0.2" />
    </layer>
   </symbol>
   <symbol name="1" type="marker" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleMarker" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="color" type="QString" value="136,204,238,255" />
      <Option name="name" type="QString" value="circle" />
      <Option name="size" type="QString" value="1.8" />
      <Option name="size_unit" type="QString" value="MM" />
      <Option name="outline_color" type="QString" value="255,255,255,255" />
      <Option name="outline_width" type="QString" value="0.2" />
     </Option>
     <prop k="color" v="136,204,238,255" />
     <prop k="name" v="circle" />
     <prop k="size" v="1.8" />
     <prop k="size_unit" v="MM" />
     <prop k="outline_color" v="255,255,255,255" />
     <prop k="outline_width" v="0.2" />
    </layer>
   </symbol>
   <symbol name="2" type="marker" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleMarker" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="color" type="QString" value="136,34,85,255" />
      <Option name="name" type="QString" value="circle" />
      <Option name="size" type="QString" value="1.8" />
      <Option name="size_unit" type="QString" value="MM" />
      <Option name="outline_color" type="QString" value="255,255,255,255" />
      <Option name="outline_width" type="QString" value="0.2" />
     </Option>
     <prop k="color" v="136,34,85,255" />
     <prop k="name" v="circle" />
     <prop k="size" v="1.8" />
     <prop k="size_unit" v="MM" />
     <prop k="outline_color" v="255,255,255,255" />
     <prop k="outline_width" v="0.2" />
    </layer>
   </symbol>
   <symbol name="3" type="marker" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleMarker" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="color" type="QString" value="204,102,119,255" />
      <Option name="name" type="QString" value="circle" />
      <Option name="size" type="QString" value="1.8" />
      <Option name="size_unit" type="QString" value="MM" />
      <Option name="outline_color" type="QString" value="255,255,255,255" />
      <Option name="outline_width" type="QString" value="0.2" />
     </Option>
     <prop k="color" v="204,102,119,255" />
     <prop k="name" v="circle" />
     <prop k="size" v="1.8" />
     <prop k="size_unit" v="MM" />
     <prop k="outline_color" v="255,255,255,255" />
     <prop k="outline_width" v="0.2" />
    </layer>
   </symbol>
   <symbol name="4" type="marker" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleMarker" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="color" type="QString" value="51,34,136,255" />
      <Option name="name" type="QString" value="circle" />
      <Option name="size" type="QString" value="1.8" />
      <Option name="size_unit" type="QString" value="MM" />
      <Option name="outline_color" type="QString" value="255,255,255,255" />
      <Option name="outline_width" type="QString" value="0.2" />
     </Option>
     <prop k="color" v="51,34,136,255" />
     <prop k="name" v="circle" />
     <prop k="size" v="1.8" />
     <prop k="size_unit" v="MM" />
     <prop k="outline_color" v="255,255,255,255" />
     <prop k="outline_width" v="0.2" />
    </layer>
   </symbol>
   <symbol name="5" type="marker" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleMarker" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="color" type="QString" value="17,119,51,255" />
      <Option name="name" type="QString" value="circle" />
      <Option name="size" type="QString" value="1.8" />
      <Option name="size_unit" type="QString" value="MM" />
      <Option name="outline_color" type="QString" value="255,255,255,255" />
      <Option name="outline_width" type="QString" value="0.2" />
     </Option>
     <prop k="color" v="17,119,51,255" />
     <prop k="name" v="circle" />
     <prop k="size" v="1.8" />
     <prop k="size_unit" v="MM" />
     <prop k="outline_color" v="255,255,255,255" />
     <prop k="outline_width" v="0.2" />
    </layer>
   </symbol>
   <symbol name="6" type="marker" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleMarker" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="color" type="QString" value="68,170,153,255" />
      <Option name="name" type="QString" value="circle" />
      <Option name="size" type="QString" value="1.8" />
      <Option name="size_unit" type="QString" value="MM" />
      <Option name="outline_color" type="QString" value="255,255,255,255" />
      <Option name="outline_width" type="QString" value="0.2" />
     </Option>
     <prop k="color" v="68,170,153,255" />
     <prop k="name" v="circle" />
     <prop k="size" v="1.8" />
     <prop k="size_unit" v="MM" />
     <prop k="outline_color" v="255,255,255,255" />
     <prop k="outline_width" v="0.2" />
    </layer>
   </symbol>
   <symbol name="7" type="marker" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleMarker" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="color" type="QString" value="138,141,145,255" />
      <Option name="name" type="QString" value="circle" />
      <Option name="size" type="QString" value="1.8" />
      <Option name="size_unit" type="QString" value="MM" />
      <Option name="outline_color" type="QString" value="255,255,255,255" />
      <Option name="outline_width" type="QString" value="0.2" />
     </Option>
     <prop k="color" v="138,141,145,255" />
     <prop k="name" v="circle" />
     <prop k="size" v="1.8" />
     <prop k="size_unit" v="MM" />
     <prop k="outline_color" v="255,255,255,255" />
     <prop k="outline_width" v="0.2" />
    </layer>
   </symbol>
  </symbols>
 </renderer-v2>
 <aliases />
 <layerGeometryType>0</layerGeometryType>
</qgis>
