<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>
<qgis version="3.22.16-Białowieża" styleCategories="AllStyleCategories" labelsEnabled="1">
 <renderer-v2 type="singleSymbol" enableorderby="0" symbollevels="0" forceraster="0">
  <symbols>
   <symbol name="0" type="fill" alpha="1" clip_to_extent="1" force_rhr="0">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="color" type="QString" value="119,112,107,255" />
      <Option name="style" type="QString" value="no" />
      <Option name="outline_color" type="QString" value="119,112,107,255" />
      <Option name="outline_style" type="QString" value="solid" />
      <Option name="outline_width" type="QString" value="0.2" />
      <Option name="outline_width_unit" type="QString" value="MM" />
     </Option>
     <prop k="color" v="119,112,107,255" />
     <prop k="style" v="no" />
     <prop k="outline_color" v="119,112,107,255" />
     <prop k="outline_style" v="solid" />
     <prop k="outline_width" v="0.2" />
     <prop k="outline_width_unit" v="MM" />
    </layer>
   </symbol>
  </symbols>
 </renderer-v2>
 <labeling type="simple">
  <settings calloutType="simple">
   <text-style fieldName="&quot;short_zh&quot;" isExpression="1" fontFamily="Noto Sans CJK SC" fontSize="10" fontSizeUnit="Point" textColor="119,112,107,255" namedStyle="Regular">
    <text-buffer bufferDraw="1" bufferSize="0.7" bufferSizeUnits="MM" bufferColor="255,255,255,255" bufferOpacity="0.85" />
   </text-style>
   <placement placement="1" quadOffset="4" centroidInside="1" centroidWhole="0" />
   <rendering drawLabels="1" scaleVisibility="1" scaleMin="100000" scaleMax="6000000" obstacle="0" displayAll="0" fontMinPixelSize="3" fontMaxPixelSize="10000" limitNumLabels="0" maxNumLabels="2000" />
  </settings>
 </labeling>
 <aliases />
 <layerGeometryType>2</layerGeometryType>
</qgis>
