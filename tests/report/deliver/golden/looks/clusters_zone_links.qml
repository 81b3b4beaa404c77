<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>
<qgis version="3.22.16-Białowieża" styleCategories="AllStyleCategories">
 <renderer-v2 type="singleSymbol" enableorderby="0" symbollevels="0" forceraster="0">
  <symbols>
   <symbol name="0" type="line" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleLine" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="line_color" type="QString" value="11,61,67,255" />
      <Option name="line_style" type="QString" value="solid" />
      <Option name="line_width" type="QString" value="0.4" />
      <Option name="line_width_unit" type="QString" value="MM" />
     </Option>
     <prop k="line_color" v="11,61,67,255" />
     <prop k="line_style" v="solid" />
     <prop k="line_width" v="0.4" />
     <prop k="line_width_unit" v="MM" />
    </layer>
   </symbol>
  </symbols>
 </renderer-v2>
 <aliases />
 <layerGeometryType>1</layerGeometryType>
</qgis>
